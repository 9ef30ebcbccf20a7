namespace Flyball.Base.Transport;

/// <summary>
/// A stream could not be opened or broke. Expected: whoever holds the stream reconnects with back-off.
/// </summary>
public sealed class TransportException(
    string message, Exception? inner = null, bool refused = false, bool tokenRefused = false)
    : Exception(message, inner)
{
    /// <summary>
    /// The other side answered and said no (bad token, version too old): retrying soon will not help.
    /// </summary>
    public bool IsRefused => refused || tokenRefused;

    /// <summary>The other side does not know the token: only another token helps.</summary>
    public bool IsTokenRefused => tokenRefused;
}
