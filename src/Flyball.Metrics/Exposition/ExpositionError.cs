namespace Flyball.Metrics.Exposition;

/// <summary>What is wrong with a body, and where. Lines and columns count from 1; columns are bytes.</summary>
internal sealed record ExpositionError(int Line, int Column, string Message)
{
    /// <summary>The error at an offset of a text body.</summary>
    public static ExpositionError At(ReadOnlySpan<byte> body, int offset, string message)
    {
        ReadOnlySpan<byte> before = body[..Math.Min(offset, body.Length)];
        return new ExpositionError(
            before.Count((byte)'\n') + 1, before.Length - (before.LastIndexOf((byte)'\n') + 1) + 1, message);
    }

    public override string ToString() =>
        Line > 0 ? FormattableString.Invariant($"line {Line}, column {Column}: {Message}") : Message;
}
