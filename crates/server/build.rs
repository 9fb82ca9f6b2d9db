//! Makes sure that the folder of the built console exists, because its files are embedded at compile time. It does
//! not build the console; without one the server shows a page that says so.

fn main() {
    // A build script may have been compiled in another checkout: cargo says at run time which one this is.
    let folder = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let dist = format!("{folder}/../../console/dist");
    println!("cargo:rerun-if-changed={dist}");
    println!("cargo:rerun-if-changed=build.rs");
    if let Err(error) = std::fs::create_dir_all(&dist) {
        println!("cargo:warning=cannot create {dist}: {error}");
    }
}
