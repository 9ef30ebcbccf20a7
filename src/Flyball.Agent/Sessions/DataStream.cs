using Flyball.Base.Transport;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Agent.Wire;

namespace Flyball.Agent.Sessions;

/// <summary>A data stream lent to one user; the stream's handler ends when the user disposes it.</summary>
internal sealed class DataStream(IMessageStream<DataFrame, DataFrame> stream) : IAsyncDisposable
{
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the user is done with the stream.</summary>
    public Task Done => done.Task;

    /// <exception cref="AllocationAccessException">The agent is gone.</exception>
    public async ValueTask<DataFrame?> ReceiveAsync(CancellationToken cancellation)
    {
        try
        {
            return await stream.ReceiveAsync(cancellation);
        }
        catch (TransportException e)
        {
            throw new AllocationAccessException($"The connection to the agent broke: {e.Message}");
        }
    }

    /// <exception cref="AllocationAccessException">The agent is gone.</exception>
    public async ValueTask SendAsync(DataFrame frame, CancellationToken cancellation)
    {
        try
        {
            await stream.SendAsync(frame, cancellation);
        }
        catch (TransportException e)
        {
            throw new AllocationAccessException($"The connection to the agent broke: {e.Message}");
        }
    }

    public ValueTask DisposeAsync()
    {
        done.TrySetResult();
        return ValueTask.CompletedTask;
    }
}
