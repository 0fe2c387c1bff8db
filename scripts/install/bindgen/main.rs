//! `bindgen INPUT FOLDER` writes `index.js` and `index_bg.wasm`, the module with its bindings, into the folder.

use std::{env, process::ExitCode};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let [_, input, folder] = env::args().collect::<Vec<_>>().try_into().unwrap_or_default();
    let mut bindgen = Bindgen::new();
    let written = bindgen.module(true).and_then(|bindgen| {
        bindgen
            .input_path(input)
            .out_name("index")
            .typescript(false)
            // So that a call after a panic finds a fresh instance: see src/platform/worker.js.
            .reset_state_function(true)
            .force_enable_abort_handler(true)
            .generate(folder)
    });
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:?}");
            ExitCode::FAILURE
        }
    }
}
