namespace Flyball.Metrics.Storage.Labelling;

/// <summary>
/// An open-addressing hash table of numbers; keys live with whoever owns the numbers. Four bytes a slot, at most three
/// quarters full.
/// </summary>
internal sealed class IndexTable
{
    /// <summary>A slot that was never used: the end of a probe.</summary>
    public const int Empty = -1;

    private const int Removed = -2;

    private int[] _slots = NewSlots(64);
    private int _used;

    public int this[int probe] => _slots[probe];

    public int First(ulong hash) => (int)((hash * 0x9E3779B97F4A7C15) >> 32) & (_slots.Length - 1);

    public int Next(int probe) => (probe + 1) & (_slots.Length - 1);

    /// <summary>Adds a number that is not in the table.</summary>
    /// <param name="hash">Its key's hash.</param>
    /// <param name="number">At least 0.</param>
    /// <param name="hashOf">Hashes the key of any number in the table, for when the table grows.</param>
    public void Add(ulong hash, int number, Func<int, ulong> hashOf)
    {
        if ((_used + 1) * 4L > _slots.Length * 3L) Rebuild(hashOf);
        Put(hash, number);
    }

    public void Remove(ulong hash, int number)
    {
        int probe = First(hash);
        while (_slots[probe] != Empty && _slots[probe] != number) probe = Next(probe);
        if (_slots[probe] == number) _slots[probe] = Removed;
    }

    private static int[] NewSlots(int count)
    {
        int[] slots = new int[count];
        Array.Fill(slots, Empty);
        return slots;
    }

    private void Put(ulong hash, int number)
    {
        int probe = First(hash);
        while (_slots[probe] >= 0) probe = Next(probe);
        if (_slots[probe] == Empty) _used++;
        _slots[probe] = number;
    }

    private void Rebuild(Func<int, ulong> hashOf)
    {
        int[] old = _slots;
        int live = old.Count(number => number >= 0);
        _slots = NewSlots(live * 2 >= old.Length ? old.Length * 2 : old.Length);
        _used = 0;
        foreach (int number in old)
        {
            if (number >= 0) Put(hashOf(number), number);
        }
    }
}
