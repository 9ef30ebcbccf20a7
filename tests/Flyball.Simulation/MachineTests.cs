using Flyball.Base.Disk;
using Flyball.Simulation.Disk;
using Flyball.Simulation.Machine;

namespace Flyball.Simulation;

/// <summary>The simulator's own parts: what they promise, every scenario counts on.</summary>
public sealed class MachineTests
{
    [Fact]
    public void Time_TimersDueAtOnce_FireInTheOrderTheyWereMade()
    {
        var time = new VirtualTime();
        var fired = new List<string>();
        using ITimer late = time.CreateTimer(
            _ => fired.Add("late"), null, TimeSpan.FromSeconds(2), Timeout.InfiniteTimeSpan);
        using ITimer first = time.CreateTimer(
            _ => fired.Add("first"), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        using ITimer second = time.CreateTimer(
            _ => fired.Add("second"), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        while (time.FireNext(time.GetUtcNow() + TimeSpan.FromSeconds(5)))
        {
        }

        Assert.Equal(["first", "second", "late"], fired);
    }

    [Fact]
    public void Thread_SameSeed_TakesTheSameTurns()
    {
        Assert.Equal(Trace(7), Trace(7));
        Assert.NotEqual(Trace(7), Trace(8));
    }

    [Fact]
    public void Disk_CrashBeforeFlush_KeepsWhatWasFlushedAndAtMostAPrefixOfTheRest()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var disk = new SimulatedDisk(new Random(seed));
            using (IDiskFile file = disk.Open("/d/wal", DiskOpenMode.OpenOrCreate))
            {
                file.Write(0, "durable"u8);
                file.Flush();
                disk.SyncDirectory("/d");
                file.Write(7, " lost"u8);
            }

            disk.Crash();
            using IDiskFile after = disk.Open("/d/wal", DiskOpenMode.Read);
            byte[] bytes = new byte[after.Length];
            after.Read(0, bytes);
            Assert.True(
                "durable lost"u8.StartsWith(bytes) && bytes.Length >= 7, System.Text.Encoding.UTF8.GetString(bytes));
        }
    }

    [Fact]
    public void Disk_RenameWithoutDirectorySync_IsWholeOrNotThereAfterACrash()
    {
        bool kept = false, undone = false;
        for (int seed = 0; seed < 50; seed++)
        {
            var disk = new SimulatedDisk(new Random(seed));
            disk.Open("/d/new", DiskOpenMode.OpenOrCreate).Dispose();
            disk.SyncDirectory("/d");
            disk.Rename("/d/new", "/d/final");
            disk.Crash();
            Assert.True(disk.Exists("/d/new") ^ disk.Exists("/d/final"));
            kept |= disk.Exists("/d/final");
            undone |= disk.Exists("/d/new");
        }

        Assert.True(kept && undone);
    }

    private static string Trace(int seed)
    {
        var time = new VirtualTime();
        var thread = new SingleThread(time, new Random(seed));
        var trace = new System.Text.StringBuilder();
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(thread);
        for (int i = 0; i < 8; i++)
        {
            int number = i;
            thread.Post(_ => trace.Append(number), null);
        }

        SynchronizationContext.SetSynchronizationContext(before);
        thread.Run(TimeSpan.FromSeconds(1));
        return trace.ToString();
    }
}
