//! Where the process listens: on a Unix socket in a folder of its own, or on loopback if no socket can be made.

use std::io;
use std::path::PathBuf;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;

/// A connection.
pub type Stream = Box<dyn Duplex>;

/// Bytes both ways.
pub trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// Listens until it is dropped.
pub enum Listener {
    #[cfg(unix)]
    Socket(unix::Socket),
    Loopback {
        listener: TcpListener,
        address: String,
    },
}

impl Listener {
    /// Listens in the first folder where that works. Everybody on this machine can connect to loopback. So a system
    /// with Unix sockets listens there only if TLS authenticates the peer.
    pub fn bind(tls: bool) -> Result<Self, String> {
        Self::bind_in(folders(), tls)
    }

    fn bind_in(folders: Vec<PathBuf>, tls: bool) -> Result<Self, String> {
        #[cfg(unix)]
        {
            let mut failed = Vec::new();
            for folder in folders {
                match unix::Socket::bind_in(&folder) {
                    Ok(socket) => return Ok(Self::Socket(socket)),
                    Err(error) => failed.push(format!("{folder:?}: {error}")),
                }
            }
            tracing::debug!(failed = failed.join("; "), "no folder can hold a socket");
            if !tls {
                return Err(format!(
                    "no folder can hold a socket ({}); set TMPDIR to a writable folder with a short path",
                    failed.join("; ")
                ));
            }
        }
        #[cfg(not(unix))]
        let _ = (folders, tls);
        Self::loopback().map_err(|error| format!("no socket can be made on loopback: {error}"))
    }

    fn loopback() -> io::Result<Self> {
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?.to_string();
        Ok(Self::Loopback { listener: TcpListener::from_std(listener)?, address })
    }

    /// Returns the kind of network and the address, as go-plugin writes them.
    pub fn address(&self) -> (&'static str, String) {
        match self {
            #[cfg(unix)]
            Self::Socket(socket) => ("unix", socket.path.clone()),
            Self::Loopback { address, .. } => ("tcp", address.clone()),
        }
    }

    /// Accepts the next connection.
    pub async fn accept(&self) -> io::Result<Stream> {
        Ok(match self {
            #[cfg(unix)]
            Self::Socket(socket) => Box::new(socket.listener.accept().await?.0),
            Self::Loopback { listener, .. } => Box::new(listener.accept().await?.0),
        })
    }
}

/// Returns the folders for a socket, the best first. The path of a socket has at most 107 bytes, and that of a folder
/// for temporary files alone can be longer. Source for the first variable: go-plugin, whose servers listen there if it
/// is set.
fn folders() -> Vec<PathBuf> {
    let named = ["PLUGIN_UNIX_SOCKET_DIR", "TMPDIR", "XDG_RUNTIME_DIR"].into_iter().filter_map(std::env::var_os);
    let named = named.filter(|folder| !folder.is_empty()).map(PathBuf::from);
    named.chain([PathBuf::from("/tmp")]).collect()
}

#[cfg(unix)]
mod unix {
    use std::fs::Permissions;
    use std::io::{Error, Result};
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::{self, Path};

    use tempfile::TempDir;
    use tokio::net::UnixListener;

    /// A socket in a folder with a random name that nobody else can enter. Dropping it removes both.
    pub struct Socket {
        pub listener: UnixListener,
        pub path: String,
        _folder: TempDir,
    }

    impl Socket {
        pub fn bind_in(folder: &Path) -> Result<Self> {
            let mut builder = tempfile::Builder::new();
            builder.prefix("terraform-provider-").permissions(Permissions::from_mode(0o700));
            let folder = builder.tempdir_in(path::absolute(folder)?)?;
            let path = folder.path().join("s").into_os_string().into_string();
            // Terraform reads the address as one line of text with bars between its parts.
            let path = path.ok().filter(|path| !path.contains(['|', '\n', '\r']));
            let path = path.ok_or_else(|| Error::other("its path is not UTF-8, or holds `|` or a line break"))?;
            Ok(Self { listener: UnixListener::bind(&path)?, path, _folder: folder })
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpStream;

    use super::*;

    #[tokio::test]
    async fn where_no_folder_takes_a_socket_loopback_takes_connections() {
        let listener = Listener::bind_in(vec![PathBuf::from("/proc/none")], true).unwrap();
        let (network, address) = listener.address();
        assert_eq!(network, "tcp");
        assert!(address.starts_with("127.0.0.1:"), "{address}");
        let (accepted, connected) = tokio::join!(listener.accept(), TcpStream::connect(&address));
        assert!(accepted.is_ok() && connected.is_ok());
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn without_tls_nobody_listens_where_everybody_can_connect() {
        let error = Listener::bind_in(vec![PathBuf::from("/proc/none")], false).err().unwrap();
        assert!(error.contains("\"/proc/none\": ") && error.contains("set TMPDIR"), "{error}");
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn the_folder_is_private_and_random_and_goes_with_the_listener() {
        use std::os::unix::fs::PermissionsExt as _;

        let temporary = tempfile::tempdir().unwrap();
        let bind =
            || Listener::bind_in(vec![temporary.path().join("x".repeat(100)), temporary.path().to_owned()], false);
        let (one, other) = (bind().unwrap(), bind().unwrap());
        assert_ne!(one.address(), other.address());
        for folder in std::fs::read_dir(temporary.path()).unwrap() {
            let mode = folder.unwrap().metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o700);
        }
        drop((one, other));
        assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0);
    }
}
