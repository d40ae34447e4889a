//! Finds the component that the tool embeds.

#[path = "../embed.rs"]
mod embed;

fn main() {
    embed::component("the tool", "cargo xtask build");
}
