using System.Text;
using Flyball.Base.Resources;

namespace Flyball.Base.Tests;

public sealed class ValueTemplateTests
{
    private static readonly ValueTemplate Template = ValueTemplate.Of(Row(17, "10.0.0.17"))!;

    private static byte[] Row(int number, string address) => Encoding.UTF8.GetBytes(
        $$"""{"format":1,"service":"service-{{number}}","port":"http","address":"{{address}}","portNumber":8000}""");

    [Fact]
    public void Pack_AlikeValue_IsAFractionAndComesBack()
    {
        byte[] value = Row(9_123, "10.4.210.6");
        byte[] packed = Template.Pack(value)!;
        Assert.True(packed.Length < value.Length / 2, $"{packed.Length} of {value.Length}");
        Assert.Equal(value, Template.Unpack(packed));
        Assert.Equal(value.Length, ValueTemplate.LengthOf(packed));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("nothing of this is in the template, or very little of it at most; so it stays what it is")]
    public void Pack_NothingToSave_IsLeft(string value) => Assert.Null(Template.Pack(Encoding.UTF8.GetBytes(value)));

    [Fact]
    public void Pack_ValueThatBeginsWithTheMark_IsLeft()
    {
        byte[] value = Row(17, "10.0.0.17");
        value[0] = ValueTemplate.Mark;
        Assert.Null(Template.Pack(value));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Pack_AnyMixtureOfTemplateAndOther_ComesBack(int seed)
    {
        var random = new Random(seed);
        byte[] example = new byte[random.Next(32, 16 * 1024)];
        // Few different bytes: much matches by chance, at places that another match begins in, too.
        for (int i = 0; i < example.Length; i++) example[i] = (byte)random.Next(1, 6);
        ValueTemplate template = ValueTemplate.Of(example)!;
        int packed = 0;
        for (int round = 0; round < 3_000; round++)
        {
            var value = new List<byte> { 1 };
            for (int parts = random.Next(1, 12); parts > 0; parts--)
            {
                int length = random.Next(1, 600);
                if (random.Next(3) > 0)
                {
                    int from = random.Next(example.Length);
                    value.AddRange(example.AsSpan(from, Math.Min(length, example.Length - from)));
                }
                else value.AddRange(Enumerable.Range(0, length).Select(_ => (byte)random.Next(256)));
            }

            if (template.Pack(value.ToArray()) is not { } small) continue;
            packed++;
            Assert.Equal(value, template.Unpack(small));
        }

        Assert.True(packed > 100, $"{packed} were packed");
    }

    [Fact]
    public void Snapshot_VeryManyRowsOfAKind_KeepsThemPackedAndShowsThemWhole()
    {
        StoredResource[] rows =
        [
            .. Enumerable.Range(0, 10_000).Select(i => new StoredResource(
                new ResourceKey("k", $"n{i:d5}"), new Revision(1), Row(i, $"10.0.{i >> 8}.{i & 255}"))),
        ];
        ResourceSnapshot snapshot = ResourceSnapshot.From(rows, new Revision(1));
        int packed = 0;
        foreach (StoredResource row in snapshot.List("k"))
        {
            int i = int.Parse(row.Key.Name.AsSpan(1));
            byte[] whole = Row(i, $"10.0.{i >> 8}.{i & 255}");
            Assert.Equal(whole, row.Value.ToArray());
            Assert.Equal(whole.Length, row.ValueLength);
            // A packed value is made anew each time.
            if (!row.Value.Equals(row.Value)) packed++;
        }

        Assert.InRange(packed, 5_000, 6_000);
    }
}
