namespace Flyball.Metrics.Storage.Recovery;

/// <summary>What start-up found, and what it had to leave behind.</summary>
internal sealed class RecoveryReport
{
    private const int LossesMax = 100;

    public int CheckpointSeries { get; set; }

    public int WalSegments { get; set; }

    public long WalRecords { get; set; }

    public long WalSamples { get; set; }

    public int Blocks { get; set; }

    /// <summary>Bytes of damaged records, the torn end of the last segment included.</summary>
    public long DroppedBytes { get; set; }

    /// <summary>Samples whose series was in a damaged record.</summary>
    public long DroppedSamples { get; set; }

    public TimeSpan Duration { get; set; }

    /// <summary>One sentence for each loss, the first hundred.</summary>
    public List<string> Losses { get; } = [];

    public void Lose(string sentence)
    {
        if (Losses.Count < LossesMax) Losses.Add(sentence);
    }
}
