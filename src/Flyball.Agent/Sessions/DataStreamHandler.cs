using System.Buffers;
using Flyball.Base.Transport;
using Flyball.Contracts.Agent.Wire;
using Flyball.Contracts.Scheduling;
using Google.Protobuf;

namespace Flyball.Agent.Sessions;

/// <summary>
/// The server's end of data streams: those it asked for by ticket, and agents that fetch a build context.
/// </summary>
internal sealed class DataStreamHandler(AllocationAccess access, IEnumerable<IBuildContexts> contexts)
    : IStreamHandler<DataFrame, DataFrame>
{
    /// <summary>Of a build context, a message.</summary>
    private const int ChunkBytes = 256 * 1024;

    public async Task RunAsync(IMessageStream<DataFrame, DataFrame> stream, Peer peer, CancellationToken cancellation)
    {
        DataFrame? first = await stream.ReceiveAsync(cancellation);
        switch (first?.BodyCase)
        {
            case DataFrame.BodyOneofCase.Ticket:
                DataStream lent = access.Accept(first.Ticket, stream)
                    ?? throw new TransportException("Nobody waits for this ticket.", refused: true);
                await lent.Done.WaitAsync(cancellation);
                break;
            case DataFrame.BodyOneofCase.FetchBlob:
                await SendBlobAsync(stream, first.FetchBlob, cancellation);
                break;
            default:
                throw new TransportException("A data stream begins with a ticket or a digest.", refused: true);
        }
    }

    private async Task SendBlobAsync(
        IMessageStream<DataFrame, DataFrame> stream, string digest, CancellationToken cancellation)
    {
        Stream? found = null;
        foreach (IBuildContexts source in contexts) found ??= await source.OpenAsync(digest, cancellation);
        if (found is null)
        {
            await stream.SendAsync(
                new DataFrame { Failure = $"The server has no build context {digest}." }, cancellation);
            return;
        }

        await using Stream blob = found;
        byte[] chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            int read;
            while ((read = await blob.ReadAsync(chunk.AsMemory(0, ChunkBytes), cancellation)) > 0)
                await stream.SendAsync(new DataFrame { Blob = ByteString.CopyFrom(chunk, 0, read) }, cancellation);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }

        await stream.SendAsync(new DataFrame { EndOfBlob = true }, cancellation);
    }
}
