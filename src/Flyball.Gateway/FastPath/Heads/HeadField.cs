namespace Flyball.Gateway.FastPath.Heads;

/// <summary>Where a header field is in its head: <c>Start</c> to <c>End</c> is the line with its line break.</summary>
internal struct HeadField
{
    public int Start;
    public int NameLength;
    public int ValueStart;
    public int ValueLength;
    public int End;
    public FieldId Id;

    public readonly ReadOnlySpan<byte> Name(ReadOnlySpan<byte> head) => head.Slice(Start, NameLength);

    public readonly ReadOnlySpan<byte> Value(ReadOnlySpan<byte> head) => head.Slice(ValueStart, ValueLength);

    public readonly ReadOnlySpan<byte> Line(ReadOnlySpan<byte> head) => head[Start..End];
}
