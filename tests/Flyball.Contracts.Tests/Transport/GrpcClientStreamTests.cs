using Flyball.Base.Transport;
using Flyball.Contracts.Transport;
using Grpc.Core;

namespace Flyball.Contracts.Tests.Transport;

/// <summary>
/// However a connection breaks, the owner of a stream sees one kind of error and opens another stream.
/// </summary>
public sealed class GrpcClientStreamTests
{
    public static TheoryData<Exception> Breaks => new((Exception[])[
        new HttpIOException(HttpRequestError.ResponseEnded, "The response ended prematurely."),
        new HttpRequestException("The connection was reset."),
        new IOException("Broken pipe."),
        new ObjectDisposedException("call"),
        new RpcException(new Status(StatusCode.Unavailable, "Nobody is there."))]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task Send_ConnectionBreaks_IsATransportException(Exception broken)
    {
        await using GrpcClientStream<string, string> stream = Stream(broken);

        TransportException error =
            await Assert.ThrowsAsync<TransportException>(async () => await stream.SendAsync("x", Cancellation));
        Assert.Same(broken, error.InnerException);
        Assert.False(error.IsRefused);
    }

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task Receive_ConnectionBreaks_IsATransportException(Exception broken)
    {
        await using GrpcClientStream<string, string> stream = Stream(broken);

        TransportException error =
            await Assert.ThrowsAsync<TransportException>(async () => await stream.ReceiveAsync(Cancellation));
        Assert.Same(broken, error.InnerException);
        Assert.False(error.IsRefused);
    }

    private static GrpcClientStream<string, string> Stream(Exception broken) => new(
        new AsyncDuplexStreamingCall<string, string>(
            new BrokenWriter(broken), new BrokenReader(broken), Task.FromResult(Metadata.Empty),
            () => Status.DefaultSuccess, () => Metadata.Empty, () => { }));

    private sealed class BrokenWriter(Exception broken) : IClientStreamWriter<string>
    {
        public WriteOptions? WriteOptions { get; set; }

        public Task CompleteAsync() => Task.FromException(broken);

        public Task WriteAsync(string message) => Task.FromException(broken);

        public Task WriteAsync(string message, CancellationToken cancellation) => Task.FromException(broken);
    }

    private sealed class BrokenReader(Exception broken) : IAsyncStreamReader<string>
    {
        public string Current => throw new InvalidOperationException("Nothing came.");

        public Task<bool> MoveNext(CancellationToken cancellation) => Task.FromException<bool>(broken);
    }
}
