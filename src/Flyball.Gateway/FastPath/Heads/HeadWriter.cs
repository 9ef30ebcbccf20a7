namespace Flyball.Gateway.FastPath.Heads;

/// <summary>Appends to a span that is known to be large enough.</summary>
internal ref struct HeadWriter(Span<byte> to)
{
    private readonly Span<byte> to = to;

    public int Length { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(to[Length..]);
        Length += bytes.Length;
    }
}
