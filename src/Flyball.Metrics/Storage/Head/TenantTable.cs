namespace Flyball.Metrics.Storage.Head;

/// <summary>Tenants by number, with how many series each has. Belongs to the head's lock.</summary>
internal sealed class TenantTable
{
    private readonly Dictionary<string, ushort> _numbers = new(StringComparer.Ordinal);
    private readonly List<(string Name, int Count)> _tenants = [];

    /// <summary>The tenant's number; beyond 65,535 tenants all others share the last.</summary>
    public ushort Number(string name)
    {
        if (_numbers.TryGetValue(name, out ushort number)) return number;
        if (_tenants.Count > ushort.MaxValue) return ushort.MaxValue;
        number = (ushort)_tenants.Count;
        _tenants.Add((name, 0));
        _numbers.Add(name, number);
        return number;
    }

    public string Name(ushort number) => _tenants[number].Name;

    public int SeriesCount(ushort number) => _tenants[number].Count;

    public void Count(ushort number, int change) =>
        _tenants[number] = (_tenants[number].Name, _tenants[number].Count + change);
}
