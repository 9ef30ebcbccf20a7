using Flyball.Gateway.Resilience;

namespace Flyball.Gateway.Tests.Resilience;

public sealed class WaitingLineTests
{
    private readonly List<string> woken = [];

    private Waiter New(string name, Room? room = null) => new(name, room ?? Room.Free, woken);

    [Fact]
    public void WakeOne_IsFirstComeFirstServed()
    {
        var line = new WaitingLine();
        foreach (string name in (string[])["a", "b", "c"]) Assert.True(line.TryJoin(New(name), 3));
        Assert.False(line.TryJoin(New("d"), 3));
        line.WakeOne();
        line.WakeOne();
        Assert.Equal(["a", "b"], woken);
        Assert.Equal(1, line.Count);
    }

    [Fact]
    public void Leave_OfOneThatWasWokenAlready_PassesTheRoomOn()
    {
        var line = new WaitingLine();
        Waiter gone = New("gone");
        line.TryJoin(gone, 9);
        line.TryJoin(New("next"), 9);
        line.WakeOne();
        line.Leave(gone);
        Assert.Equal(["gone", "next"], woken);
    }

    [Fact]
    public void Leave_OfOneThatWaits_WakesNobody()
    {
        var line = new WaitingLine();
        Waiter gone = New("gone");
        line.TryJoin(gone, 9);
        line.TryJoin(New("next"), 9);
        line.Leave(gone);
        Assert.Empty(woken);
        line.WakeAll();
        Assert.Equal(["next"], woken);
        Assert.Equal(0, line.Count);
    }

    [Fact]
    public void WakeOne_RoomThatTheFirstCannotUse_GoesToTheNextThatCan()
    {
        var line = new WaitingLine();
        var narrow = new Room { HasRoom = false };
        var wide = new Room { HasRoom = true };
        foreach ((string name, Room room) in ((string, Room)[])
            [("narrow 1", narrow), ("wide 1", wide), ("narrow 2", narrow), ("wide 2", wide)])
            Assert.True(line.TryJoin(New(name, room), 9));

        line.WakeOne();
        line.WakeOne();
        line.WakeOne();
        Assert.Equal(["wide 1", "wide 2"], woken);
        Assert.True(line.TryJoin(New("wide 3", wide), 9));
        narrow.HasRoom = true;
        line.WakeOne();
        Assert.Equal("narrow 1", woken[^1]);
        line.WakeAll();
        Assert.Equal(["narrow 2", "wide 3"], woken[^2..]);
        Assert.Equal(0, line.Count);
    }

    [Fact]
    public void Room_OfAllLines_BoundsRequestsAndBytes()
    {
        var room = new WaitingRoom(requestsMax: 3, bytesMax: 25);
        WaitingLine[] lines = [new(room), new(room)];
        Waiter first = New("first");
        Assert.True(lines[0].TryJoin(first, 9));
        Assert.True(lines[1].TryJoin(New("second"), 9));
        Assert.False(lines[1].TryJoin(New("too much to hold"), 9));
        Assert.Equal((2, 20), (room.Count, room.Bytes));
        lines[0].Leave(first);
        lines[1].WakeAll();
        Assert.Equal((0, 0), (room.Count, room.Bytes));

        var few = new WaitingRoom(requestsMax: 1);
        Assert.True(new WaitingLine(few).TryJoin(New("one"), 9));
        Assert.False(new WaitingLine(few).TryJoin(New("one too many"), 9));
        Assert.Equal((1, 10), (few.Count, few.Bytes));
    }

    private sealed class Room : IRoom
    {
        public static readonly Room Free = new() { HasRoom = true };

        public bool HasRoom { get; set; }
    }

    private sealed class Waiter(string name, Room room, List<string> woken) : IWaiter
    {
        public IRoom Room => room;

        public long HeldBytes => 10;

        public void Wake() => woken.Add(name);
    }
}
