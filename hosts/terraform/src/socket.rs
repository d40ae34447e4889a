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

#[cfg(not(unix))]
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
