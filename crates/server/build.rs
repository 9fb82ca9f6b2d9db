//! Makes sure that the folder of the built console exists, because its files are embedded at compile time. It does
//! not build the console; without one the server shows a page that says so.

fn main() {
    let dist = concat!(env!("CARGO_MANIFEST_DIR"), "/../../console/dist");
    println!("cargo:rerun-if-changed={dist}");
    println!("cargo:rerun-if-changed=build.rs");
    if let Err(error) = std::fs::create_dir_all(dist) {
        println!("cargo:warning=cannot create {dist}: {error}");
    }
}
