using System.Globalization;
using System.Runtime.InteropServices;

namespace Flyball.Roles;

/// <summary>
/// The closed terminal (SIGHUP) ends a role in order, as SIGTERM does: by itself the signal would end the process at
/// once and leave behind what it runs. Whoever was started with the signal ignored (<c>nohup</c>) goes on.
/// </summary>
internal sealed class HangUp : IDisposable
{
    private const int SigHup = 1;

    private readonly CancellationTokenSource ending;
    private readonly PosixSignalRegistration? registration;

    public HangUp(CancellationToken cancellation)
    {
        ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (IsIgnored()) return;
        registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            ending.Cancel();
        });
    }

    /// <summary>Cancelled by whoever gave the token, and when the terminal is closed.</summary>
    public CancellationToken Token => ending.Token;

    public void Dispose()
    {
        registration?.Dispose();
        ending.Dispose();
    }

    /// <summary>The mask of ignored signals, bit 0 for signal 1 (proc_pid_status(5)).</summary>
    private static bool IsIgnored()
    {
        const string Key = "SigIgn:";
        string? line = File.ReadLines("/proc/self/status")
            .FirstOrDefault(entry => entry.StartsWith(Key, StringComparison.Ordinal));
        return line is not null
            && ulong.TryParse(line.AsSpan(Key.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture,
                out ulong mask)
            && (mask >> (SigHup - 1) & 1) == 1;
    }
}
