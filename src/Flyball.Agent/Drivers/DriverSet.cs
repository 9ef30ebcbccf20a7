using Flyball.Contracts.Agent;

namespace Flyball.Agent.Drivers;

/// <summary>The drivers of this node by name, in ordinal order.</summary>
internal sealed class DriverSet
{
    private readonly ITaskDriver[] drivers;

    public DriverSet(IEnumerable<ITaskDriver> drivers)
    {
        this.drivers = [.. drivers];
        Array.Sort(this.drivers, static (x, y) => string.CompareOrdinal(x.Name, y.Name));
    }

    public ITaskDriver? Find(string name) => Array.Find(drivers, d => d.Name == name);

    public async ValueTask<IReadOnlyList<DriverInfo>> FingerprintAsync(CancellationToken cancellation)
    {
        var found = new List<DriverInfo>(drivers.Length);
        foreach (ITaskDriver driver in drivers) found.Add(await driver.FingerprintAsync(cancellation));
        return found;
    }
}
