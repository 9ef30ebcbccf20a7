namespace Flyball.Metrics.RemoteWrite;

/// <summary>The symbols of a request as ranges of its bytes. Used again.</summary>
internal sealed class SymbolList
{
    private (int At, int Size)[] _symbols = new (int At, int Size)[1024];

    public int Count { get; private set; }

    public void Clear() => Count = 0;

    public void Add(int at, int size)
    {
        if (Count == _symbols.Length) Array.Resize(ref _symbols, Count * 2);
        _symbols[Count++] = (at, size);
    }

    /// <summary>False when there is no such symbol.</summary>
    public bool TryGet(ReadOnlySpan<byte> request, ulong reference, out ReadOnlySpan<byte> symbol)
    {
        if (reference >= (ulong)Count)
        {
            symbol = default;
            return false;
        }

        (int at, int size) = _symbols[reference];
        symbol = request.Slice(at, size);
        return true;
    }
}
