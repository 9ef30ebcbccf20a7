using System.Globalization;
using Flyball.Simulation.Machine;

namespace Flyball.Simulation.Tracing;

/// <summary>
/// What happened, line by line: the last lines are kept for people, and a hash over all of them tells whether two runs
/// were the same.
/// </summary>
internal sealed class Trace(VirtualTime time)
{
    private const int LinesKept = 400;

    /// <summary>Shows every line as it comes: for looking into one seed.</summary>
    private static readonly bool IsShown = Environment.GetEnvironmentVariable("FLYBALL_TRACE") == "1";

    private const ulong FnvOffset = 14695981039346656037;

    private const ulong FnvPrime = 1099511628211;

    private readonly Queue<(DateTimeOffset At, string Who, string What)> lines = new();
    private readonly DateTimeOffset begin = time.GetUtcNow();

    /// <summary>FNV-1a over every line and its time.</summary>
    public ulong Hash { get; private set; } = FnvOffset;

    public long Count { get; private set; }

    /// <summary>The first thing that must not be; null while all is well.</summary>
    public string? Violation { get; private set; }

    public void Add(string who, string what)
    {
        DateTimeOffset now = time.GetUtcNow();
        Count++;
        if (IsShown) Console.Error.WriteLine(Text((now, who, what)));
        Mix((ulong)now.Ticks);
        foreach (char letter in who) Mix(letter);
        foreach (char letter in what) Mix(letter);
        lines.Enqueue((now, who, what));
        if (lines.Count > LinesKept) lines.Dequeue();
    }

    /// <summary>Only the first is told: what follows from it is no news.</summary>
    public void Violate(string what)
    {
        Add("VIOLATION", what);
        Violation ??= what;
    }

    /// <summary>The newest lines as text.</summary>
    public string Tail(int count) => string.Join('\n', lines.TakeLast(count).Select(Text));

    private string Text((DateTimeOffset At, string Who, string What) line) => string.Create(
        CultureInfo.InvariantCulture, $"{(line.At - begin).TotalSeconds,9:0.0000} {line.Who,-9} {line.What}");

    private void Mix(ulong value) => Hash = (Hash ^ value) * FnvPrime;
}
