using Flyball.Base.Work;
using Flyball.Discovery.Sidecar.Configuring;

namespace Flyball.Discovery.Sidecar.Registering;

/// <summary>The processes that this sidecar keeps in the catalogue. One caller at a time.</summary>
internal sealed class ProcessSet(CatalogueClient catalogue, CheckParts parts, Random random) : IAsyncDisposable
{
    private readonly List<Task> ends = [];
    private volatile RegisteredProcess[] all = [];

    public IReadOnlyList<RegisteredProcess> All => all;

    /// <summary>Begins what is new, goes on with what is the same, ends what is gone in the background.</summary>
    public async Task ApplyAsync(SidecarSpec spec, bool leaseChanged)
    {
        Dictionary<string, RegisteredProcess> before = all.ToDictionary(one => one.Spec.Id);
        var after = new List<RegisteredProcess>();
        foreach (RegisterSpec wanted in spec.Register)
        {
            if (before.Remove(wanted.Id, out RegisteredProcess? known))
            {
                if (known.Spec.Equals(wanted) && !leaseChanged)
                {
                    after.Add(known);
                    continue;
                }

                // The same instance in other words: it is registered over, and never away.
                await known.DisposeAsync();
            }

            var fresh = new RegisteredProcess(wanted, spec.Lease, catalogue, parts, random);
            fresh.Start();
            after.Add(fresh);
        }

        all = [.. after];
        ends.RemoveAll(task => task.IsCompleted);
        if (before.Count > 0) ends.Add(EndAsync([.. before.Values], spec.Drain, CancellationToken.None));
    }

    /// <summary>Takes all of them out in order.</summary>
    /// <param name="drain">Between the word and the end.</param>
    /// <param name="cancellation">Cuts the wait short.</param>
    public async Task EndAsync(TimeSpan drain, CancellationToken cancellation)
    {
        RegisteredProcess[] last = all;
        await EndAsync(last, drain, cancellation);
        all = [];
        await Task.WhenAll(ends);
    }

    /// <summary>Without a word: what was not ended in order is left to its lease.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (RegisteredProcess one in all) await one.DisposeAsync();
        all = [];
    }

    private async Task EndAsync(RegisteredProcess[] gone, TimeSpan drain, CancellationToken cancellation)
    {
        bool[] told = await Task.WhenAll(gone.Select(one => one.BeginEndAsync()));
        // Nobody waits for what nobody sent anything to.
        if (told.Contains(true))
        {
            try
            {
                await Pause.ForAsync(drain, parts.Time, cancellation);
            }
            catch (OperationCanceledException)
            {
                // Whoever stops it has no more patience: it is still taken out.
            }
        }

        await Task.WhenAll(gone.Select(one => one.DeregisterAsync()));
        foreach (RegisteredProcess one in gone) await one.DisposeAsync();
    }
}
