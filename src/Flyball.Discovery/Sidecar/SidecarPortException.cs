namespace Flyball.Discovery.Sidecar;

/// <summary>A local port cannot be had.</summary>
internal sealed class SidecarPortException(string message, Exception? inner = null) : IOException(message, inner);
