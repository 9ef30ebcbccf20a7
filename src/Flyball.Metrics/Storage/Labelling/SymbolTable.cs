using System.IO.Hashing;
using System.Text;
using Flyball.Metrics.Storage.Memory;

namespace Flyball.Metrics.Storage.Labelling;

/// <summary>
/// Each label name and value once, as UTF-8 in slab memory, by number. Numbers of released symbols are used again. One
/// writer; the bytes of a symbol that is in use may be read beside it.
/// </summary>
internal sealed class SymbolTable(SlabMemory memory)
{
    private readonly PagedArray<Symbol> _symbols = new();
    private readonly Stack<int> _free = new();
    private readonly IndexTable _table = new();
    private Func<int, ulong>? _hashOf;

    /// <summary>Symbols in use.</summary>
    public int Count => _symbols.Count - _free.Count;

    /// <summary>One more than the highest number in use.</summary>
    public int Limit => _symbols.Count;

    /// <summary>The symbol's number, or -1.</summary>
    public int Find(ReadOnlySpan<byte> text)
    {
        ulong hash = XxHash3.HashToUInt64(text);
        for (int probe = _table.First(hash); ; probe = _table.Next(probe))
        {
            int symbol = _table[probe];
            if (symbol == IndexTable.Empty) return -1;
            if (symbol >= 0 && _symbols[symbol].Hash == (uint)hash && Bytes(symbol).SequenceEqual(text)) return symbol;
        }
    }

    /// <summary>The symbol's number; a new one is stored.</summary>
    public int Intern(ReadOnlySpan<byte> text)
    {
        int found = Find(text);
        if (found >= 0) return found;
        int symbol = _free.TryPop(out int freed) ? freed : _symbols.Add();
        ulong hash = XxHash3.HashToUInt64(text);
        uint handle = memory.Allocate(text.Length);
        text.CopyTo(memory.Span(handle, text.Length));
        _symbols[symbol] = new Symbol { Handle = handle, Length = text.Length, Hash = (uint)hash };
        _table.Add(hash, symbol, _hashOf ??= number => XxHash3.HashToUInt64(Bytes(number)));
        return symbol;
    }

    public ReadOnlySpan<byte> Bytes(int symbol)
    {
        ref Symbol entry = ref _symbols[symbol];
        return memory.Span(entry.Handle, entry.Length);
    }

    public string Text(int symbol) => Encoding.UTF8.GetString(Bytes(symbol));

    /// <summary>Forgets a symbol that nothing refers to.</summary>
    public void Release(int symbol)
    {
        ref Symbol entry = ref _symbols[symbol];
        if (entry.Handle == SlabMemory.None) return;
        _table.Remove(XxHash3.HashToUInt64(Bytes(symbol)), symbol);
        memory.Free(entry.Handle, entry.Length);
        entry = default;
        _free.Push(symbol);
    }

    /// <summary>Whether the number stands for a symbol.</summary>
    public bool IsUsed(int symbol) => _symbols[symbol].Handle != SlabMemory.None;

    private struct Symbol
    {
        public uint Handle;
        public int Length;
        public uint Hash;
    }
}
