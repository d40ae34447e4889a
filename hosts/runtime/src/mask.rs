//! Removes credentials from responses, because a server may repeat those of the request.
//!
//! A secret in a body is replaced by as many `*`, so lengths stay true. A secret is found only in the form in which it
//! was sent: a hostile server can pass it to the component in another form.

use std::collections::{HashSet, VecDeque};
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::HeaderName;
use http_body::{Body as _, Frame, SizeHint};
use http_body_util::BodyExt;
use memchr::memmem;
use zeroize::Zeroizing;

use crate::http::{Body, HttpError, Response};

/// The shortest secret that is masked, in bytes. A shorter text occurs in every text.
pub const SHORTEST: usize = 4;

/// Removes these secrets from a response. Headers with a secret in their name or value are left out, and trailers
/// always. In the body, secrets of at least [`SHORTEST`] bytes are masked.
#[must_use]
pub fn masked<'a>(mut response: Response, secrets: impl Iterator<Item = &'a str>) -> Response {
    let secrets = secrets.map(str::as_bytes).filter(|secret| secret.len() >= SHORTEST);
    let secrets: Vec<_> = secrets.map(|secret| Zeroizing::new(secret.to_vec())).collect();
    let holds = |value: &[u8]| secrets.iter().any(|secret| memmem::find(value, secret).is_some());
    // Names of headers are in lower case, whatever the server sent.
    let lower: Vec<_> = secrets.iter().map(|secret| Zeroizing::new(secret.to_ascii_lowercase())).collect();
    let named = |name: &str| lower.iter().any(|secret| memmem::find(name.as_bytes(), secret).is_some());
    let headers = response.headers_mut();
    let revealing = headers.iter().filter(|(name, value)| named(name.as_str()) || holds(value.as_bytes()));
    let names: HashSet<HeaderName> = revealing.map(|(name, _)| name.clone()).collect();
    names.iter().for_each(|name| drop(headers.remove(name)));
    response.map(|body| Masked::new(body, secrets).boxed_unsync())
}

/// A body in which secrets are masked, also where they are spread over frames.
struct Masked {
    body: Body,
    secrets: Vec<Zeroizing<Vec<u8>>>,
    /// The end of what has arrived: a secret may begin in it.
    held: Vec<u8>,
    /// How many bytes of that are the end of a secret that is masked.
    masked: usize,
    /// The bytes that are passed on before any others arrive.
    next: VecDeque<Result<Frame<Bytes>, HttpError>>,
    ended: bool,
}

impl Masked {
    fn new(body: Body, secrets: Vec<Zeroizing<Vec<u8>>>) -> Self {
        Self { body, secrets, held: Vec::new(), masked: 0, next: VecDeque::new(), ended: false }
    }

    /// Returns the held bytes but for so many, masked. A text that begins in those may still prove to be a secret.
    fn release(&mut self, kept: usize) {
        let end = self.held.len().saturating_sub(kept);
        let begun = self.secrets.iter().flat_map(|secret| {
            memmem::find_iter(&self.held, &**secret).take_while(|at| *at < end).map(|at| at..at + secret.len())
        });
        let found: Vec<Range<usize>> = std::iter::once(0..self.masked).chain(begun).collect();
        let held = self.held.split_off(end);
        let mut released = std::mem::replace(&mut self.held, held);
        for found in &found {
            released.iter_mut().take(found.end).skip(found.start).for_each(|byte| *byte = b'*');
        }
        self.masked = found.iter().map(|found| found.end).max().unwrap_or_default().saturating_sub(end);
        if !released.is_empty() {
            self.next.push_back(Ok(Frame::data(released.into())));
        }
    }

    fn take(&mut self, frame: Option<Result<Frame<Bytes>, HttpError>>) {
        let failed = match frame.map(|frame| frame.map(Frame::into_data)) {
            Some(Ok(Ok(data))) => {
                self.held.extend_from_slice(&data);
                if !self.body.is_end_stream() {
                    let kept = self.secrets.iter().map(|secret| secret.len()).max().unwrap_or(1) - 1;
                    // The kept bytes are searched again with the next ones. This waits until as many have arrived, so a
                    // body of many small frames costs no more than a large one.
                    if self.held.len() >= 2 * kept {
                        self.release(kept);
                    }
                    return;
                }
                // Nothing follows with which a secret could go on: the end need not be asked for.
                None
            }
            Some(Err(error)) => Some(Err(error)),
            // Trailers end a body. They may repeat a secret as headers may, and no component here reads them.
            Some(Ok(Err(_))) | None => None,
        };
        self.release(0);
        self.ended |= failed.is_none();
        self.next.extend(failed);
    }
}

impl http_body::Body for Masked {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        while self.next.is_empty() && !self.ended {
            let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
            self.take(frame);
        }
        Poll::Ready(self.next.pop_front())
    }

    fn size_hint(&self) -> SizeHint {
        let waiting: usize = self.next.iter().flatten().filter_map(Frame::data_ref).map(Bytes::len).sum();
        let here = (self.held.len() + waiting) as u64;
        let rest = self.body.size_hint();
        let mut hint = SizeHint::new();
        hint.set_lower(rest.lower().saturating_add(here));
        if let Some(upper) = rest.upper() {
            hint.set_upper(upper.saturating_add(here));
        }
        hint
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;
    use http_body_util::StreamBody;

    use super::*;
    use crate::http::full;

    /// Returns the bytes that come out of a body, and the number of frames.
    fn masked_whole(body: Body, secrets: &[&str]) -> (String, usize) {
        let mut masked = masked(Response::new(body), secrets.iter().copied()).into_body();
        let tokio = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (mut text, mut frames) = (String::new(), 0);
        while let Some(frame) = tokio.block_on(masked.frame()) {
            text.push_str(str::from_utf8(&frame.unwrap().into_data().unwrap()).unwrap());
            frames += 1;
        }
        (text, frames)
    }

    /// Returns the result of a body that arrives in these pieces, and says only then that it ends.
    fn seen(pieces: &[&[u8]], secrets: &[&str]) -> String {
        let frames = pieces.iter().map(|piece| Ok(Frame::data(Bytes::copy_from_slice(piece)))).collect::<Vec<_>>();
        masked_whole(StreamBody::new(stream::iter(frames)).boxed_unsync(), secrets).0
    }

    #[test]
    fn a_secret_is_masked_wherever_it_is_cut() {
        let body = b"<hush-token> and <hush-token-of-a-session>hush-toke";
        let secrets = ["hush-token", "hush-token-of-a-session"];
        for first in 0..body.len() {
            for second in first..body.len() {
                let pieces = [&body[..first], &body[first..second], &body[second..]];
                let expected = "<**********> and <***********************>hush-toke";
                assert_eq!(seen(&pieces, &secrets), expected, "{first}, {second}");
            }
        }
    }

    #[test]
    fn a_body_of_single_bytes_is_searched_in_time_that_grows_with_its_length() {
        let secret = "secret".repeat(20_000);
        let around = "x".repeat(150_000);
        let body = format!("{around}{secret}{around}");
        let pieces: Vec<&[u8]> = body.as_bytes().chunks(1).collect();
        let began = std::time::Instant::now();
        assert!(seen(&pieces, &[&secret]) == body.replace(&secret, &"*".repeat(secret.len())));
        assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
    }

    #[test]
    fn a_text_that_is_too_short_is_not_a_secret() {
        assert_eq!(masked_whole(full("hus hush"), &["hus", "hush"]).0, "hus ****");
    }

    #[test]
    fn a_frame_that_is_known_to_be_the_last_is_not_cut() {
        assert_eq!(masked_whole(full("hush, hus"), &["hush"]), ("****, hus".to_owned(), 1));
    }
}
