"""What turns a state model into a server: operations, faces, callbacks, traffic, contract, faults. No system by name."""
