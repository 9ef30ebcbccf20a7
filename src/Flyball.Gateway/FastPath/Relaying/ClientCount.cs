namespace Flyball.Gateway.FastPath.Relaying;

/// <summary>A loop's client connections, and word when the last one is gone.</summary>
internal sealed class ClientCount
{
    private readonly TaskCompletionSource drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool drains;

    public int Open { get; private set; }

    /// <summary>Completes when none is left after <see cref="Drain"/>.</summary>
    public Task Drained => drained.Task;

    public void Add() => Open++;

    public void Remove()
    {
        Open--;
        if (drains && Open == 0) drained.TrySetResult();
    }

    public void Drain()
    {
        drains = true;
        if (Open == 0) drained.TrySetResult();
    }
}
