using Flyball.Autoscaling.Forecasting;

namespace Flyball.Autoscaling.Capacity;

/// <summary>
/// For each cluster size worth considering, the chance that demand passes what that size admits. Reused from tick to
/// tick.
/// </summary>
internal sealed class DemandCurve
{
    // Sizes considered a tick: one by one while small, in steps of a 64th when large.
    private const int SizesMax = 400;
    private const int StrideShare = 64;
    private const double LowestDeviations = 2;
    private const double WorthMin = 0.5;

    private readonly int[] sizes = new int[SizesMax];
    private readonly double[] exceeds = new double[SizesMax];

    public int Count { get; private set; }

    /// <summary>The median of demand, in replicas of work.</summary>
    public double Typical { get; private set; }

    public int Size(int index) => sizes[index];

    public double Exceeds(int index) => exceeds[index];

    /// <summary>Fills the curve up to the size beyond which nobody who pays the price would go.</summary>
    public void Fill(ConformalModel model, StaffingTable staffing, double priceMax)
    {
        Typical = Math.Exp(model.Center);
        var size = staffing.Need(Math.Exp(model.Center - LowestDeviations * Math.Exp(model.LogScale)));
        Count = 0;
        while (Count < SizesMax)
        {
            var chance = model.Exceeds(staffing.LogAdmissible(size));
            sizes[Count] = size;
            exceeds[Count++] = chance;
            if (chance * Typical * priceMax < WorthMin)
                return;
            size += Math.Max(1, size / StrideShare);
        }
    }
}
