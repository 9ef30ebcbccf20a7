using Flyball.Base.Disk;
using Flyball.Metrics.Exposition;
using Flyball.Metrics.Model;
using Flyball.Metrics.Storage;
using Microsoft.Extensions.Logging;

namespace Flyball.Metrics.Pushgateway;

/// <summary>All groups: in memory, on disk, and at an interval as samples. Thread-safe.</summary>
internal sealed partial class PushStore(
    MetricsOptions options, IDisk disk, TimeProvider time, ILogger<PushStore> logger)
{
    private readonly Lock _gate = new();
    private readonly PushFile _file = new(disk, options.DataDirectory + ".push");
    private readonly SortedDictionary<string, PushGroup> _groups = new(StringComparer.Ordinal);
    private readonly HashSet<string> _live = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> _liveLabels = new(StringComparer.Ordinal);
    private long _sizeBytes;
    private bool _isLoaded;

    /// <summary>What a backup of the metrics calls the folder of the groups in it.</summary>
    public const string CopyFolder = "push";

    /// <summary>Groups that are kept, by their labels.</summary>
    public IReadOnlyList<PushGroup> Groups
    {
        get
        {
            lock (_gate) return [.. _groups.Values];
        }
    }

    /// <summary>Reads what an earlier process kept.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Load()
    {
        lock (_gate)
        {
            if (_isLoaded) return;
            TakeCopy();
            (List<PushGroup> groups, List<string> damaged) = _file.ReadAll();
            foreach (string path in damaged) Log.Damaged(logger, path);
            foreach (PushGroup group in groups)
            {
                _groups[group.Key.ToString()] = group;
                _sizeBytes += group.SizeBytes;
            }

            _isLoaded = true;
        }
    }

    /// <summary>Writes all groups into a folder of a backup's directory.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void WriteCopy(string directory)
    {
        var copy = new PushFile(disk, Path.Combine(directory, CopyFolder));
        lock (_gate)
        {
            Load();
            foreach (PushGroup group in _groups.Values) copy.Write(group);
        }

        copy.Mark();
    }

    /// <summary>
    /// Puts the groups of a backup, which came with the metrics, in place of those that are here. What fails now is
    /// tried again when the next process loads the groups.
    /// </summary>
    public void Restored()
    {
        lock (_gate)
        {
            try
            {
                _groups.Clear();
                (_sizeBytes, _isLoaded) = (0, false);
                Load();
            }
            catch (IOException e)
            {
                Log.NotRestored(logger, e.Message);
            }
        }
    }

    /// <summary>Takes families into a group: all of its own go, or only those of the same names.</summary>
    public PushOutcome Push(Labels key, IReadOnlyDictionary<string, PushFamily> families, bool replacesAll)
    {
        lock (_gate)
        {
            Load();
            string name = key.ToString();
            _groups.TryGetValue(name, out PushGroup? old);
            if (old is null && _groups.Count >= options.PushGroupsMax) return PushOutcome.TooManyGroups;
            if (Contradicts(name, families)) return Fail(key, old);
            var merged = new SortedDictionary<string, PushFamily>(StringComparer.Ordinal);
            if (old is not null && !replacesAll)
            {
                foreach ((string family, PushFamily kept) in old.Families) merged[family] = kept;
            }

            foreach ((string family, PushFamily pushed) in families) merged[family] = pushed;
            var group = new PushGroup
            {
                Key = key, Families = merged, PushedMs = NowMs, FailedMs = old?.FailedMs ?? 0,
            };
            return Keep(name, old, group);
        }
    }

    /// <summary>Forgets a group; one that is not there is no mistake.</summary>
    public PushOutcome Delete(Labels key)
    {
        lock (_gate)
        {
            Load();
            string name = key.ToString();
            try
            {
                _file.Delete(key);
            }
            catch (IOException e)
            {
                Log.NotKept(logger, name, e.Message);
                return PushOutcome.Unavailable;
            }

            if (_groups.Remove(name, out PushGroup? old)) _sizeBytes -= old.SizeBytes;
            return PushOutcome.Stored;
        }
    }

    /// <summary>Adds all samples at a time, and markers for those that are gone since the last call.</summary>
    public void AddSamples(SampleBatch batch, long timestampMs)
    {
        lock (_gate)
        {
            var present = new HashSet<string>(StringComparer.Ordinal);
            foreach (PushGroup group in _groups.Values) AddGroup(batch, group, timestampMs, present);
            foreach (string gone in _live.Where(one => !present.Contains(one)).ToList())
            {
                Begin(batch, _liveLabels[gone]);
                batch.Add(timestampMs, SpecialValues.StaleNaN);
                _live.Remove(gone);
                _liveLabels.Remove(gone);
            }
        }
    }

    /// <summary>The same again, should it break off: the mark goes when everything is in place.</summary>
    private void TakeCopy()
    {
        var copy = new PushFile(disk, Path.Combine(options.DataDirectory, CopyFolder));
        if (!copy.IsMarked) return;
        (List<PushGroup> groups, List<string> damaged) = copy.ReadAll();
        foreach (string path in damaged) Log.Damaged(logger, path);
        HashSet<string> wanted = [.. groups.Select(group => group.Key.ToString())];
        foreach (PushGroup old in _file.ReadAll().Groups.Where(group => !wanted.Contains(group.Key.ToString())))
            _file.Delete(old.Key);
        foreach (PushGroup group in groups) _file.Write(group);
        copy.DeleteCopy();
    }

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    private void AddGroup(SampleBatch batch, PushGroup group, long timestampMs, HashSet<string> present)
    {
        foreach (PushFamily family in group.Families.Values)
        {
            batch.Metadata.Add(
                new MetricMetadata(family.Name, MetricTypes.NameOf(family.Type), family.Help, family.Unit));
            foreach (PushSample sample in family.Samples)
            {
                Begin(batch, sample.Labels);
                if (sample.Histogram is { } histogram) batch.Add(timestampMs, histogram);
                else batch.Add(timestampMs, sample.Value);
                Note(sample.Labels, present);
            }
        }

        AddTime(batch, group, "push_time_seconds", group.PushedMs, timestampMs, present);
        AddTime(batch, group, "push_failure_time_seconds", group.FailedMs, timestampMs, present);
    }

    private void AddTime(
        SampleBatch batch, PushGroup group, string name, long valueMs, long timestampMs, HashSet<string> present)
    {
        byte[] labels = PlainLabels.ToBytes(group.Key.With(LabelNames.MetricName, name));
        Begin(batch, labels);
        batch.Add(timestampMs, valueMs / 1000.0);
        Note(labels, present);
    }

    private void Note(byte[] labels, HashSet<string> present)
    {
        string key = Convert.ToBase64String(labels);
        present.Add(key);
        if (_live.Add(key)) _liveLabels.Add(key, labels);
    }

    private static void Begin(SampleBatch batch, byte[] labels)
    {
        int at = batch.Text.Length;
        batch.Text.Bytes(labels);
        batch.BeginSeries(at, labels.Length);
    }

    private bool Contradicts(string name, IReadOnlyDictionary<string, PushFamily> families)
    {
        foreach ((string other, PushGroup group) in _groups)
        {
            if (other == name) continue;
            foreach ((string family, PushFamily pushed) in families)
            {
                if (group.Families.TryGetValue(family, out PushFamily? known) && known.Type != pushed.Type) return true;
            }
        }

        return false;
    }

    private PushOutcome Fail(Labels key, PushGroup? old)
    {
        PushGroup failed = (old ?? new PushGroup { Key = key }) with { FailedMs = NowMs };
        PushOutcome outcome = Keep(key.ToString(), old, failed);
        return outcome == PushOutcome.Stored ? PushOutcome.Inconsistent : outcome;
    }

    private PushOutcome Keep(string name, PushGroup? old, PushGroup group)
    {
        long sizeBytes = _sizeBytes - (old?.SizeBytes ?? 0) + group.SizeBytes;
        if (sizeBytes > options.PushBytesMax) return PushOutcome.TooLarge;
        try
        {
            _file.Write(group);
        }
        catch (IOException e)
        {
            Log.NotKept(logger, name, e.Message);
            return PushOutcome.Unavailable;
        }

        _groups[name] = group;
        _sizeBytes = sizeBytes;
        return PushOutcome.Stored;
    }

    private static partial class Log
    {
        [LoggerMessage(3364, LogLevel.Error, "The pushed groups of the backup wait for the next start: {Reason}")]
        public static partial void NotRestored(ILogger logger, string reason);

        [LoggerMessage(3360, LogLevel.Error, "The pushed group in {Path} is damaged and left out.")]
        public static partial void Damaged(ILogger logger, string path);

        [LoggerMessage(3361, LogLevel.Error, "The pushed group {Group} cannot be kept: {Reason}")]
        public static partial void NotKept(ILogger logger, string group, string reason);
    }
}
