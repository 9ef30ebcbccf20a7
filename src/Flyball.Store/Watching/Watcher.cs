using System.Threading.Channels;

namespace Flyball.Store.Watching;

/// <summary>
/// One watch's bell. It holds no changes, only whether it has rung since it was last heard, so a slow watch costs the
/// writer nothing and memory does not grow with it.
/// </summary>
internal sealed class Watcher(KindFilter filter)
{
    private readonly Channel<bool> bell = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public KindFilter Filter => filter;

    public void Ring() => bell.Writer.TryWrite(true);

    public ValueTask<bool> WaitAsync(CancellationToken cancellation) => bell.Reader.ReadAsync(cancellation);
}
