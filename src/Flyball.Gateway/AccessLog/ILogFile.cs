namespace Flyball.Gateway.AccessLog;

/// <summary>Where finished lines go.</summary>
internal interface ILogFile : IDisposable
{
    /// <exception cref="IOException">The lines are lost.</exception>
    void Write(ReadOnlySpan<byte> lines);
}
