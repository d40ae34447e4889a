//! Finds the component that the provider embeds.

#[path = "../embed.rs"]
mod embed;

fn main() {
    embed::component("the provider", "cargo xtask terraform");
}
