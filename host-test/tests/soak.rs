//! The short form of `cargo xtask soak`. Alone in its process, so that the measured memory is its own.

use host_test::soak::soak;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_result_is_lost_or_doubled_and_memory_stays_where_it_was() {
    println!("{}", soak(1000).await.unwrap());
}
