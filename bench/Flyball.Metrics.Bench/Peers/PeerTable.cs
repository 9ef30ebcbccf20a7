using System.Globalization;

namespace Flyball.Metrics.Bench.Peers;

/// <summary>Figures of several servers as rows of a Markdown table, with what Flyball's are of each other's.</summary>
internal sealed class PeerTable
{
    private readonly List<string> _peers = [];
    private readonly List<string> _rows = [];
    private readonly Dictionary<(string Row, string Peer), double> _values = [];

    public void Add(string row, string peer, double value)
    {
        if (!_rows.Contains(row)) _rows.Add(row);
        if (!_peers.Contains(peer)) _peers.Add(peer);
        _values[(row, peer)] = value;
        Console.Error.WriteLine($"{peer,-16} {row}: {Text(value)}");
    }

    public void Print()
    {
        string[] others = [.. _peers.Where(peer => peer != "Flyball" && _peers.Contains("Flyball"))];
        Console.WriteLine($"\n| | {string.Join(" | ", _peers.Concat(others.Select(other => $"Flyball : {other}")))} |");
        Console.WriteLine(string.Concat(Enumerable.Repeat("|---", 1 + _peers.Count + others.Length)) + "|");
        foreach (string row in _rows)
        {
            IEnumerable<string> cells = _peers.Select(peer => Cell(row, peer))
                .Concat(others.Select(other => Ratio(row, other)));
            Console.WriteLine($"| {row} | {string.Join(" | ", cells)} |");
        }
    }

    private string Cell(string row, string peer) =>
        _values.TryGetValue((row, peer), out double value) ? Text(value) : "–";

    private string Ratio(string row, string other) =>
        _values.TryGetValue((row, "Flyball"), out double ours) && _values.TryGetValue((row, other), out double theirs)
            ? (ours / theirs).ToString("F2", CultureInfo.InvariantCulture)
            : "–";

    private static string Text(double value)
    {
        string format = Math.Abs(value) switch { < 10 => "F3", < 100 => "F1", _ => "N0" };
        return value.ToString(format, CultureInfo.InvariantCulture);
    }
}
