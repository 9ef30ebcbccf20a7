using Flyball.Contracts.Agent;
using Flyball.Contracts.Agent.Wire;
using Google.Protobuf;

namespace Flyball.Agent.Sessions;

/// <summary>A command on a node, over a data stream. Input, close and resize come from one caller at a time.</summary>
internal sealed class RemoteExec(DataStream stream) : IExecSession
{
    private readonly SemaphoreSlim sending = new(1);

    public int? ExitCode { get; private set; }

    public ValueTask WriteInputAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) =>
        SendAsync(new DataFrame { Input = ByteString.CopyFrom(bytes.Span) }, cancellation);

    public ValueTask CloseInputAsync(CancellationToken cancellation) =>
        SendAsync(new DataFrame { InputClosed = true }, cancellation);

    public ValueTask ResizeAsync(int columns, int rows, CancellationToken cancellation) =>
        SendAsync(new DataFrame { Resize = new Resize { Columns = columns, Rows = rows } }, cancellation);

    public async ValueTask<ExecOutput?> ReadAsync(CancellationToken cancellation)
    {
        while (await stream.ReceiveAsync(cancellation) is { } frame)
        {
            switch (frame.BodyCase)
            {
                case DataFrame.BodyOneofCase.Output:
                    return new ExecOutput(false, frame.Output.Memory);
                case DataFrame.BodyOneofCase.ErrorOutput:
                    return new ExecOutput(true, frame.ErrorOutput.Memory);
                case DataFrame.BodyOneofCase.Failure:
                    throw new AllocationAccessException(frame.Failure);
                case DataFrame.BodyOneofCase.ExitCode:
                    ExitCode = frame.ExitCode;
                    return null;
            }
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        sending.Dispose();
    }

    private async ValueTask SendAsync(DataFrame frame, CancellationToken cancellation)
    {
        await sending.WaitAsync(cancellation);
        try
        {
            await stream.SendAsync(frame, cancellation);
        }
        finally
        {
            sending.Release();
        }
    }
}
