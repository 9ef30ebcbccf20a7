using System.Threading.Channels;
using Flyball.Base.Work;
using Flyball.Contracts.Gateway.Wire;

namespace Flyball.Gateway.Limits;

/// <summary>
/// The limits of this gateway beside those of the others: tells what passed here, hears what passed there.
/// </summary>
internal sealed class LimitShares
{
    private readonly LimitTable table;
    private readonly LimitOptions options;
    private readonly TimeProvider time;

    /// <summary>Holds one signal at most.</summary>
    private readonly Channel<bool> used = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public LimitShares(LimitTable table, LimitOptions options, TimeProvider time)
    {
        this.table = table;
        this.options = options;
        this.time = time;
        table.Used = () => used.Writer.TryWrite(true);
    }

    /// <summary>The server is there.</summary>
    /// <param name="seed">Of the hash of keys; 0 when it shares none.</param>
    public void Begin(long seed)
    {
        if (seed != 0) table.Share(seed);
    }

    /// <summary>The server is away: each gateway counts by itself meanwhile.</summary>
    public void End() => table.StopSharing();

    /// <summary>Returns an interval after something passed.</summary>
    public async Task WaitAsync(CancellationToken cancellation)
    {
        await used.Reader.WaitToReadAsync(cancellation);
        await Pause.ForAsync(options.ShareInterval, time, cancellation);
    }

    /// <summary>What passed here; null for nothing.</summary>
    public LimitUses? Uses()
    {
        used.Reader.TryRead(out _);
        List<LimitUse> uses = table.Uses();
        // As many as fit may not be all: the next message follows an interval later.
        if (uses.Count == options.SharedKeysMax) used.Writer.TryWrite(true);
        return uses.Count == 0 ? null : WireUses.ToWire(uses);
    }

    public void Heard(LimitUses uses)
    {
        foreach (LimitUse use in WireUses.FromWire(uses)) table.Debit(use);
    }
}
