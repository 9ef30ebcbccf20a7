namespace Flyball.Gateway.FastPath.Heads;

/// <summary>Appends to a span that is known to be large enough.</summary>
internal ref struct HeadWriter(Span<byte> to)
{
    private readonly Span<byte> to = to;

    public int Length { get; private set; }

    public Span<byte> Free => to[Length..];

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(to[Length..]);
        Length += bytes.Length;
    }

    /// <summary>What was written to <see cref="Free"/>.</summary>
    public void Advance(int count) => Length += count;
}
