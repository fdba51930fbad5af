"""What peer institutions of the scheme share: behaviour on request, refusals, reading and sending FSPIOP. Nothing here is a
simulator."""
