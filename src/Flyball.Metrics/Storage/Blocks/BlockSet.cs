using Flyball.Base.Disk;
using Flyball.Metrics.Storage.Recovery;
using Flyball.Metrics.Storage.Wal;

namespace Flyball.Metrics.Storage.Blocks;

/// <summary>
/// The blocks of a store, by their start. The list is replaced as a whole; only maintenance changes it. A block is
/// there from the rename of its finished file on, and a block that replaces others outranks them after a crash.
/// </summary>
internal sealed class BlockSet(IDisk disk, string directory)
{
    private const string TemporarySuffix = ".tmp";

    private readonly BlockOpener _opener = new(disk);
    private volatile Block[] _blocks = [];
    private int _nextNumber = 1;

    public IReadOnlyList<Block> All => _blocks;

    /// <summary>End of the newest block, exclusive; <see cref="long.MinValue"/> without blocks.</summary>
    public long EndMs => _blocks.Length == 0 ? long.MinValue : _blocks.Max(block => block.Meta.EndMs);

    public long SizeBytes => _blocks.Sum(block => block.SizeBytes);

    /// <summary>Opens what is whole, sets damaged files aside, removes what was superseded or not finished.</summary>
    public void Load(RecoveryReport report)
    {
        var blocks = new List<Block>();
        foreach (string name in disk.List(directory))
        {
            string path = Path.Combine(directory, name);
            if (name.Contains(TemporarySuffix, StringComparison.Ordinal)) disk.Delete(path);
            if (!SegmentName.TryParse(name, BlockOpener.Suffix, out int number)) continue;
            _nextNumber = Math.Max(_nextNumber, number + 1);
            Block? block = _opener.TryOpen(path, number, out string problem);
            if (problem.Length > 0) report.Lose($"{name}: {problem}.");
            if (block is not null) blocks.Add(block);
            else disk.Rename(path, path + ".damaged");
        }

        HashSet<int> replaced = [.. blocks.SelectMany(block => block.Meta.Replaces)];
        foreach (Block block in blocks.Where(block => replaced.Contains(block.Number))) Close(block);
        _blocks =
        [
            .. blocks.Where(block => !replaced.Contains(block.Number))
                .OrderBy(block => block.Meta.MinMs).ThenBy(block => block.Number),
        ];
        report.Blocks = _blocks.Length;
    }

    /// <summary>Writes a block to a temporary file and gives it its name; it is not in the list yet.</summary>
    /// <param name="write">Fills the writer and finishes it.</param>
    /// <exception cref="IOException">The disk refuses; no trace is left.</exception>
    public Block Create(Action<BlockWriter> write)
    {
        int number = _nextNumber;
        string path = Path.Combine(directory, SegmentName.Of(number, BlockOpener.Suffix));
        string temporary = path + TemporarySuffix;
        try
        {
            using (var writer = new BlockWriter(disk, temporary)) write(writer);
            disk.Rename(temporary, path);
            disk.SyncDirectory(directory);
        }
        catch (IOException)
        {
            TryDelete(temporary);
            throw;
        }

        _nextNumber = number + 1;
        return _opener.TryOpen(path, number, out string problem)
            ?? throw new IOException($"The block {path} that was just written cannot be opened: {problem}.");
    }

    /// <summary>Swaps blocks in the list.</summary>
    public void Publish(Block? added, IReadOnlyCollection<Block> removed)
    {
        IEnumerable<Block> kept = _blocks.Except(removed);
        if (added is not null) kept = kept.Append(added);
        _blocks = [.. kept.OrderBy(block => block.Meta.MinMs).ThenBy(block => block.Number)];
    }

    /// <summary>
    /// Deletes the files of blocks that are in the list no more; who still reads them keeps them open.
    /// </summary>
    public void Remove(IEnumerable<Block> blocks)
    {
        foreach (Block block in blocks) Close(block);
        disk.SyncDirectory(directory);
    }

    public string TombstonesPath(Block block) =>
        Path.Combine(directory, SegmentName.Of(block.Number, BlockOpener.TombstonesSuffix));

    public string PathOf(Block block) => Path.Combine(directory, SegmentName.Of(block.Number, BlockOpener.Suffix));

    public void Close()
    {
        foreach (Block block in _blocks) block.Release();
        _blocks = [];
    }

    private void Close(Block block)
    {
        disk.Delete(PathOf(block));
        disk.Delete(TombstonesPath(block));
        block.Release();
    }

    private void TryDelete(string path)
    {
        try
        {
            disk.Delete(path);
        }
        catch (IOException)
        {
            // The next start removes it.
        }
    }
}
