namespace Flyball.Gateway.AccessLog;

/// <summary>The process's standard output, unbuffered.</summary>
internal sealed class StandardOutput : ILogFile
{
    private readonly Stream output = Console.OpenStandardOutput();

    public void Write(ReadOnlySpan<byte> lines) => output.Write(lines);

    public void Dispose() => output.Dispose();
}
