using Flyball.Autoscaling.Forecasting;

namespace Flyball.Autoscaling.Policies;

/// <summary>One way to decide, and the simulated cluster that shows what it would have cost so far.</summary>
internal sealed class Expert
{
    private readonly HeldMaximum hold;
    private readonly Plant plant;

    /// <param name="name">What <c>why</c> calls it.</param>
    /// <param name="target">The forecast it plans on; null for a reactive expert.</param>
    /// <param name="factor">Its price relative to the policy's, or a reactive expert's margin.</param>
    /// <param name="holdTicks">Ticks for which its largest wish stays.</param>
    /// <param name="plant">Its own simulated cluster.</param>
    public Expert(string name, DemandTarget? target, double factor, int holdTicks, Plant plant)
    {
        Name = name;
        Target = target;
        Factor = factor;
        hold = new HeldMaximum(Math.Max(1, holdTicks));
        this.plant = plant;
    }

    public string Name { get; }

    public DemandTarget? Target { get; }

    public double Factor { get; }

    /// <summary>Replicas it wants now.</summary>
    public int Wanted { get; private set; }

    /// <summary>Discounted replicas and late work at the policy's price, in replica-ticks.</summary>
    public double Cost { get; private set; }

    /// <summary>The same over the last hours only: who is right now, when the long run no longer tells.</summary>
    public double RecentCost { get; private set; }

    /// <summary>Share of its wish in the policy's.</summary>
    public double Weight { get; set; }

    public void Begin(double load) => plant.Begin(load);

    /// <summary>Charges what its cluster costs in this tick.</summary>
    public void Charge(int index, double load, double price, double keep, double keepRecent)
    {
        var tick = plant.Arrive(index, load);
        var cost = tick.Total + (plant.Violates ? price * load : 0);
        Cost = Cost * keep + cost;
        RecentCost = RecentCost * keepRecent + cost;
    }

    public void Decide(int index, int planned)
    {
        Wanted = hold.Push(planned);
        plant.Scale(index, Wanted);
    }
}
