// Types of what Vite provides to the source. Nothing of our own.
/// <reference types="vite/client" />
