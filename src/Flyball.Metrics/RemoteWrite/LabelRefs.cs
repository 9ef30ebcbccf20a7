using Flyball.Base.Codecs;

namespace Flyball.Metrics.RemoteWrite;

/// <summary>Label names and values as references to symbols, written out as plain labels.</summary>
internal ref struct LabelRefs
{
    private bool _isBetween;
    private bool _isName;

    /// <summary>Null, or why the labels are of no use.</summary>
    public string? Problem { get; private set; }

    /// <summary>The symbol of the metric name; 0 when there is none.</summary>
    public ulong NameRef { get; private set; }

    /// <summary>Reads a packed or single <c>labels_refs</c> field.</summary>
    public void Read(ref ProtoReader fields, ReadOnlySpan<byte> request, SymbolList symbols, ByteBuffer into)
    {
        if (fields.WireType == 0)
        {
            Add(fields.VarUInt(), request, symbols, into);
        }
        else
        {
            var packed = new ProtoReader(fields.Sized());
            while (!packed.IsAtEnd) Add(packed.VarUInt(), request, symbols, into);
            if (packed.IsFailed) Problem ??= "references to labels are malformed";
        }

        if (_isBetween) Problem ??= "a label has a name and no value";
        else if (Problem == "a label has a name and no value") Problem = null;
    }

    private void Add(ulong reference, ReadOnlySpan<byte> request, SymbolList symbols, ByteBuffer into)
    {
        if (!symbols.TryGet(request, reference, out ReadOnlySpan<byte> symbol))
        {
            Problem = "a label refers to a symbol that is not there";
            return;
        }

        if (_isBetween && _isName) NameRef = reference;
        _isBetween = !_isBetween;
        _isName = _isBetween && symbol.SequenceEqual("__name__"u8);
        into.Sized(symbol);
    }
}
