namespace Flyball.Autoscaling.Forecasting;

/// <summary>Mean and maximum of logarithms of load, a bin after the other; old ones are overwritten.</summary>
internal sealed class BinRing
{
    private readonly ushort[] means;
    private readonly ushort[] maxima;
    private double sum;
    private double highest = double.NegativeInfinity;
    private int known;
    private int inBin;

    /// <param name="binTicks">Ticks of a bin.</param>
    /// <param name="bins">Bins kept.</param>
    public BinRing(int binTicks, int bins)
    {
        BinTicks = binTicks;
        means = new ushort[bins];
        maxima = new ushort[bins];
    }

    public int BinTicks { get; }

    /// <summary>Bins that are complete since the beginning.</summary>
    public long Complete { get; private set; }

    /// <summary>Takes in the next tick's value; the mean of a bin is of its known ones.</summary>
    public void Observe(double value, bool missing)
    {
        highest = Math.Max(highest, value);
        if (!missing)
        {
            sum += value;
            known++;
        }
        if (++inBin < BinTicks)
            return;
        var slot = (int)(Complete++ % means.Length);
        means[slot] = LogCode.Encode(known > 0 ? sum / known : double.NaN);
        maxima[slot] = LogCode.Encode(highest);
        (sum, known, inBin, highest) = (0, 0, 0, double.NegativeInfinity);
    }

    public bool Has(long bin) => bin >= 0 && bin < Complete && bin >= Complete - means.Length;

    /// <summary>The mean of a bin; NaN when unknown.</summary>
    public double Mean(long bin) => Has(bin) ? LogCode.Decode(means[(int)(bin % means.Length)]) : double.NaN;

    /// <summary>The maximum from one bin to another, both included and kept; long windows are sampled.</summary>
    public double Maximum(long from, long to)
    {
        // At most 64 bins are read.
        var stride = Math.Max(1, (to - from) / 64);
        var result = double.NegativeInfinity;
        for (var bin = from; bin <= to; bin += stride)
            result = Math.Max(result, LogCode.Decode(maxima[(int)(bin % maxima.Length)]));
        return result;
    }
}
