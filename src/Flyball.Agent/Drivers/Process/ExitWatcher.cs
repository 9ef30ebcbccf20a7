using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace Flyball.Agent.Drivers.Process;

/// <summary>
/// Tells when processes exit, children of this one or not: one thread polls a pidfd each. Where the kernel has no
/// pidfd (before 5.3) or descriptors have run out, the thread looks into /proc every <see cref="FallbackPollMs"/>.
/// </summary>
internal sealed partial class ExitWatcher : IDisposable
{
    /// <summary>Between looks at processes without a pidfd.</summary>
    private const int FallbackPollMs = 200;

    private readonly Lock gate = new();
    private readonly List<Watched> watched = [];
    private readonly ILogger<ExitWatcher> log;
    private readonly int wake;
    private readonly Thread thread;
    private volatile bool stopping;

    public ExitWatcher(ILogger<ExitWatcher> log)
    {
        this.log = log;
        wake = LibC.EventFd(0, LibC.EventFlags);
        if (wake < 0) throw new IOException($"eventfd failed: errno {Marshal.GetLastPInvokeError()}.");
        thread = new Thread(Loop) { IsBackground = true, Name = "flyball-exits" };
        thread.Start();
    }

    /// <summary>Completes when exactly this process no longer runs; at once when it is gone already.</summary>
    public Task WhenExitedAsync(ProcessIdentity process, CancellationToken cancellation)
    {
        if (!process.IsAlive) return Task.CompletedTask;
        int descriptor = LibC.PidFdOpen(process.Pid);
        if (descriptor < 0) Log.NoPidFd(log, process.Pid, Marshal.GetLastPInvokeError());

        // Between the first look and the open the id may have passed to another process: look again.
        if (!process.IsAlive)
        {
            if (descriptor >= 0) _ = LibC.Close(descriptor);
            return Task.CompletedTask;
        }

        var entry = new Watched(process, descriptor, cancellation);
        entry.Registration = cancellation.UnsafeRegister(
            static (state, token) => ((Watched)state!).Exited.TrySetCanceled(token), entry);
        lock (gate) watched.Add(entry);
        Wake();
        return entry.Exited.Task;
    }

    public void Dispose()
    {
        stopping = true;
        Wake();
        thread.Join();
        _ = LibC.Close(wake);
    }

    private void Wake() => _ = LibC.Write(wake, 1, sizeof(ulong));

    private void Loop()
    {
        while (!stopping)
        {
            Watched[] now;
            lock (gate) now = [.. watched];
            var descriptors = new LibC.PollFd[now.Length + 1];
            descriptors[0] = new LibC.PollFd { Descriptor = wake, Events = LibC.PollIn };
            int timeoutMs = -1;
            for (int i = 0; i < now.Length; i++)
            {
                // poll skips negative descriptors, so processes without a pidfd only shorten the wait.
                descriptors[i + 1] = new LibC.PollFd { Descriptor = now[i].Descriptor, Events = LibC.PollIn };
                if (now[i].Descriptor < 0) timeoutMs = FallbackPollMs;
            }

            _ = LibC.Poll(descriptors, (nuint)descriptors.Length, timeoutMs);
            if (descriptors[0].Returned != 0) _ = LibC.Read(wake, out _, sizeof(ulong));
            for (int i = 0; i < now.Length; i++)
            {
                bool exited = now[i].Descriptor >= 0 ? descriptors[i + 1].Returned != 0 : !now[i].Process.IsAlive;
                if (exited || now[i].Exited.Task.IsCompleted) Finish(now[i]);
            }
        }

        lock (gate)
        {
            foreach (Watched entry in watched) entry.Release();
            watched.Clear();
        }
    }

    private void Finish(Watched entry)
    {
        lock (gate) watched.Remove(entry);
        entry.Release();
        entry.Exited.TrySetResult();
    }

    private sealed class Watched(ProcessIdentity process, int descriptor, CancellationToken cancellation)
    {
        public ProcessIdentity Process => process;

        public int Descriptor => descriptor;

        public CancellationToken Cancellation => cancellation;

        /// <summary>Continuations run elsewhere: the polling thread must not be held up by them.</summary>
        public TaskCompletionSource Exited { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CancellationTokenRegistration Registration { get; set; }

        public void Release()
        {
            Registration.Dispose();
            if (descriptor >= 0) _ = LibC.Close(descriptor);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4100, LogLevel.Debug, "No pidfd for process {Pid} (errno {Error}); polling /proc instead")]
        public static partial void NoPidFd(ILogger logger, int pid, int error);
    }
}
