using Flyball.Metrics.Storage.Memory;

namespace Flyball.Metrics.Storage.Labelling;

/// <summary>
/// Each pair of a label name and a value once, by number, with the postings of its series: a series is a list of pair
/// numbers, and an equality matcher one look-up. Belongs to the head's lock.
/// </summary>
internal sealed class LabelPairs(SlabMemory memory)
{
    private readonly PagedArray<Pair> _pairs = new();
    private readonly Stack<int> _free = new();
    private readonly IndexTable _table = new();
    private readonly PostingsStore _postings = new(memory);
    private readonly Dictionary<int, List<int>> _byName = [];
    private Func<int, ulong>? _hashOf;

    public SymbolTable Symbols { get; } = new(memory);

    /// <summary>Pairs in use.</summary>
    public int Count => _pairs.Count - _free.Count;

    /// <summary>One more than the highest number in use.</summary>
    public int Limit => _pairs.Count;

    /// <summary>Symbols that are label names, in no order.</summary>
    public IEnumerable<int> Names => _byName.Keys;

    public int Name(int pair) => _pairs[pair].Name;

    public int Value(int pair) => _pairs[pair].Value;

    public int SeriesCount(int pair) => _pairs[pair].Postings.Count;

    public ReadOnlySpan<byte> NameBytes(int pair) => Symbols.Bytes(_pairs[pair].Name);

    /// <summary>Empty for a pair that was released: a reader without the lock may meet one.</summary>
    public ReadOnlySpan<byte> ValueBytes(int pair)
    {
        int value = _pairs[pair].Value;
        return value < 0 ? default : Symbols.Bytes(value);
    }

    /// <summary>The pair's number, or -1.</summary>
    public int Find(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        int nameSymbol = Symbols.Find(name);
        int valueSymbol = nameSymbol < 0 ? -1 : Symbols.Find(value);
        return valueSymbol < 0 ? -1 : Find(nameSymbol, valueSymbol);
    }

    /// <summary>The pair's number; a new one is stored.</summary>
    public int Intern(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        int nameSymbol = Symbols.Intern(name);
        int valueSymbol = Symbols.Intern(value);
        int found = Find(nameSymbol, valueSymbol);
        if (found >= 0) return found;
        int pair = _free.TryPop(out int freed) ? freed : _pairs.Add();
        _pairs[pair] = new Pair { Name = nameSymbol, Value = valueSymbol };
        _hashOf ??= number => Hash(_pairs[number].Name, _pairs[number].Value);
        _table.Add(Hash(nameSymbol, valueSymbol), pair, _hashOf);
        if (!_byName.TryGetValue(nameSymbol, out List<int>? values)) _byName.Add(nameSymbol, values = []);
        values.Add(pair);
        return pair;
    }

    /// <summary>The pairs of a label name.</summary>
    public IReadOnlyList<int> OfName(ReadOnlySpan<byte> name)
    {
        int symbol = Symbols.Find(name);
        return symbol >= 0 ? OfName(symbol) : [];
    }

    public IReadOnlyList<int> OfName(int nameSymbol) =>
        _byName.TryGetValue(nameSymbol, out List<int>? pairs) ? pairs : [];

    public void AddSeries(int pair, int series) => _postings.Add(ref _pairs[pair].Postings, series);

    /// <summary>
    /// Writes the series that have the pair, ascending, into a destination of <see cref="SeriesCount"/>.
    /// </summary>
    public void CopySeries(int pair, Span<int> destination) => _postings.CopyTo(in _pairs[pair].Postings, destination);

    /// <summary>Keeps the live series of all postings, in order; pairs and symbols without any are forgotten.</summary>
    /// <param name="isLive">By series number.</param>
    public void Retain(Func<int, bool> isLive)
    {
        int[] scratch = [];
        for (int pair = 0; pair < _pairs.Count; pair++)
        {
            ref Pair entry = ref _pairs[pair];
            int count = entry.Postings.Count;
            if (count == 0) continue;
            if (scratch.Length < count) scratch = new int[Math.Max(count, scratch.Length * 2)];
            Span<int> series = scratch.AsSpan(0, count);
            _postings.CopyTo(in entry.Postings, series);
            if (entry.Postings.IsSorted && !HasDead(series, isLive)) continue;
            _postings.Clear(ref entry.Postings);
            foreach (int number in series)
            {
                if (isLive(number)) _postings.Add(ref entry.Postings, number);
            }

            if (entry.Postings.Count == 0) Release(pair);
        }

        ReleaseNames();
        ReleaseSymbols();
    }

    private static bool HasDead(ReadOnlySpan<int> series, Func<int, bool> isLive)
    {
        foreach (int number in series)
        {
            if (!isLive(number)) return true;
        }

        return false;
    }

    private static ulong Hash(int name, int value) => ((ulong)(uint)name << 32 | (uint)value) * 0xD6E8FEB86659FD93;

    private int Find(int nameSymbol, int valueSymbol)
    {
        for (int probe = _table.First(Hash(nameSymbol, valueSymbol)); ; probe = _table.Next(probe))
        {
            int pair = _table[probe];
            if (pair == IndexTable.Empty) return -1;
            if (pair >= 0 && _pairs[pair].Name == nameSymbol && _pairs[pair].Value == valueSymbol) return pair;
        }
    }

    private void Release(int pair)
    {
        ref Pair entry = ref _pairs[pair];
        _table.Remove(Hash(entry.Name, entry.Value), pair);
        entry = new Pair { Name = -1, Value = -1 };
        _free.Push(pair);
    }

    private void ReleaseNames()
    {
        foreach (int name in _byName.Keys.ToArray())
        {
            List<int> pairs = _byName[name];
            _ = pairs.RemoveAll(pair => _pairs[pair].Name < 0);
            if (pairs.Count == 0) _byName.Remove(name);
        }
    }

    private void ReleaseSymbols()
    {
        bool[] isUsed = new bool[Symbols.Limit];
        for (int pair = 0; pair < _pairs.Count; pair++)
        {
            if (_pairs[pair].Name < 0) continue;
            isUsed[_pairs[pair].Name] = true;
            isUsed[_pairs[pair].Value] = true;
        }

        for (int symbol = 0; symbol < isUsed.Length; symbol++)
        {
            if (!isUsed[symbol]) Symbols.Release(symbol);
        }
    }

    private struct Pair
    {
        public int Name;
        public int Value;
        public PostingsList Postings;
    }
}
