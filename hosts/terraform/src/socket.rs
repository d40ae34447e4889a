//! Where the process listens: a Unix socket in a folder of its own, or loopback where there is no such thing.

#[cfg(not(unix))]
pub use tcp::Listener;
#[cfg(unix)]
pub use unix::Listener;

#[cfg(unix)]
mod unix {
    use std::fs::{self, DirBuilder};
    use std::io;
    use std::os::unix::fs::DirBuilderExt as _;
    use std::path::PathBuf;

    use tokio::net::{UnixListener, UnixStream};

    /// Listens on a Unix socket, in a folder that nobody else can enter and that goes with this.
    pub struct Listener {
        listener: UnixListener,
        folder: PathBuf,
    }

    impl Listener {
        /// Begins to listen.
        pub fn bind() -> io::Result<Self> {
            let folder = std::env::temp_dir().join(format!("terraform-provider-{}", std::process::id()));
            // What is left of a process that had this number is in the way.
            drop(fs::remove_dir_all(&folder));
            DirBuilder::new().mode(0o700).create(&folder)?;
            Ok(Self { listener: UnixListener::bind(folder.join("s"))?, folder })
        }

        /// The kind of network and the address, as go-plugin writes them.
        pub fn address(&self) -> (&'static str, String) {
            ("unix", self.folder.join("s").display().to_string())
        }

        /// The next connection.
        pub async fn accept(&self) -> io::Result<UnixStream> {
            self.listener.accept().await.map(|(stream, _)| stream)
        }
    }

    impl Drop for Listener {
        fn drop(&mut self) {
            drop(fs::remove_dir_all(&self.folder));
        }
    }
}

// Tried on every system, and used where it must be.
#[cfg(any(not(unix), test))]
mod tcp {
    use std::io;

    use tokio::net::{TcpListener, TcpStream};

    /// Listens on loopback.
    pub struct Listener {
        listener: TcpListener,
        address: String,
    }

    impl Listener {
        /// Begins to listen.
        pub fn bind() -> io::Result<Self> {
            let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
            listener.set_nonblocking(true)?;
            let address = listener.local_addr()?.to_string();
            Ok(Self { listener: TcpListener::from_std(listener)?, address })
        }

        /// The kind of network and the address, as go-plugin writes them.
        pub fn address(&self) -> (&'static str, String) {
            ("tcp", self.address.clone())
        }

        /// The next connection.
        pub async fn accept(&self) -> io::Result<TcpStream> {
            self.listener.accept().await.map(|(stream, _)| stream)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::tcp::Listener;
    use tokio::net::TcpStream;

    #[tokio::test]
    async fn where_there_is_no_such_socket_loopback_takes_connections() {
        let listener = Listener::bind().unwrap();
        let (network, address) = listener.address();
        assert_eq!(network, "tcp");
        assert!(address.starts_with("127.0.0.1:"), "{address}");
        let (accepted, connected) = tokio::join!(listener.accept(), TcpStream::connect(&address));
        assert_eq!(accepted.unwrap().peer_addr().unwrap(), connected.unwrap().local_addr().unwrap());
    }
}
