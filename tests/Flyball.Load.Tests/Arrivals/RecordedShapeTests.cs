using Flyball.Load.Arrivals;

namespace Flyball.Load.Tests.Arrivals;

public sealed class RecordedShapeTests
{
    [Fact]
    public void Read_IsoAndUnixTimes_GiveStepAndValues()
    {
        RecordedShape iso = Read("timestamp,value\n2024-01-01T00:00:00,1\n2024-01-01T00:05:00,2.5\n");
        RecordedShape unix = Read("value,timestamp\r\n1,0\r\n2.5,300\r\n");
        Assert.Equal((TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5)), (iso.Step, unix.Step));
        Assert.Equal(iso.Values, unix.Values);
    }

    [Theory]
    [InlineData("", "line 1")]
    [InlineData("a,b\n", "line 1")]
    [InlineData("timestamp,value\n0,1\n60\n", "line 3: 1 cells")]
    [InlineData("timestamp,value\n0,1\nsoon,2\n", "line 3: 'soon' is not a time")]
    [InlineData("timestamp,value\n0,1\n60,x\n", "line 3: 'x' is not a number")]
    [InlineData("timestamp,value\n0,1\n60,2\n180,3\n", "line 4: the times must grow by the same step")]
    [InlineData("timestamp,value\n60,1\n0,2\n", "line 3: the times must grow")]
    [InlineData("timestamp,value\n0,0\n60,0\n", "a value above 0")]
    public void Read_BadInput_NamesTheLine(string text, string said) =>
        Assert.Contains(said, Assert.Throws<FormatException>(() => Read(text)).Message);

    [Fact]
    public void Part_OfIt_IsCutAndBeyondItIsRefused()
    {
        RecordedShape hours = new(TimeSpan.FromHours(1), [.. Enumerable.Range(0, 72).Select(i => (double)i)]);
        RecordedShape day = hours.Part(TimeSpan.FromDays(1), TimeSpan.FromDays(1));
        Assert.Equal((24, 24.0, 47.0), (day.Values.Count, day.Values[0], day.Values[^1]));
        Assert.Equal(48, hours.Part(TimeSpan.FromDays(1), null).Values.Count);
        Assert.Contains("the file has 3 days", Assert.Throws<FormatException>(
            () => hours.Part(TimeSpan.FromDays(2), TimeSpan.FromDays(2))).Message);
    }

    private static RecordedShape Read(string text) => RecordedShape.Read(new StringReader(text));
}
