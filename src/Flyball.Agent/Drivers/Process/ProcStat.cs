using System.Buffers.Text;
using System.Text;

namespace Flyball.Agent.Drivers.Process;

/// <summary>
/// The fields of <c>/proc/{pid}/stat</c> that the driver uses (proc_pid_stat(5)). Times in clock ticks.
/// </summary>
internal readonly record struct ProcStat(
    char State, int Parent, int Group, int Session, long UserTicks, long SystemTicks, long StartTicks,
    long ResidentPages)
{
    public bool IsDead => State is 'Z' or 'X' or 'x';

    public static bool TryRead(int pid, out ProcStat stat)
    {
        stat = default;
        try
        {
            return TryParse(File.ReadAllBytes($"/proc/{pid}/stat"), out stat);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A process that is gone has no file, or one that fails in the middle of the read.
            return false;
        }
    }

    /// <summary>
    /// The name in the second field may hold spaces and brackets: the fields begin after the last bracket.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ProcStat stat)
    {
        stat = default;
        int end = text.LastIndexOf((byte)')');
        if (end < 0 || end + 2 >= text.Length) return false;
        ReadOnlySpan<byte> rest = text[(end + 2)..];
        Span<long> numbers = stackalloc long[22];
        char state = (char)rest[0];
        int field = 0;
        foreach (Range range in rest.Split((byte)' '))
        {
            if (field >= numbers.Length) break;
            if (field > 0 && !Utf8Parser.TryParse(rest[range], out numbers[field], out _)) return false;
            field++;
        }

        if (field < numbers.Length) return false;
        stat = new ProcStat(
            state, (int)numbers[1], (int)numbers[2], (int)numbers[3], numbers[11], numbers[12], numbers[19],
            numbers[21]);
        return true;
    }

    /// <summary>The ids of all processes now, ascending.</summary>
    public static List<int> AllPids()
    {
        var pids = new List<int>();
        foreach (string path in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(path.AsSpan()), out int pid)) pids.Add(pid);
        }

        pids.Sort();
        return pids;
    }

    /// <summary>True when the process was started with this variable and value.</summary>
    public static bool HasEnvironment(int pid, string assignment)
    {
        try
        {
            ReadOnlySpan<byte> environment = File.ReadAllBytes($"/proc/{pid}/environ");
            byte[] wanted = Encoding.UTF8.GetBytes(assignment);
            foreach (Range range in environment.Split((byte)0))
            {
                if (environment[range].SequenceEqual(wanted)) return true;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone, or not ours: not the one that is sought.
        }

        return false;
    }
}
